import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import rooms from './eslint.rooms.mjs';

export default defineConfig(
  globalIgnores(['lib', 'node_modules']),
  eslint.configs.recommended,
  rooms,
  {
    files: ['**/*.cjs'],
    languageOptions: {
      globals: {
        MouseEvent: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly'
      }
    }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: {
      parserOptions: { projectService: true }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      // As JupyterLab does: a class's options are in a namespace of its name, and a signal
      // is given the method and its owner.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-duplicates': 'error',
      'import-x/order': [
        'error',
        {
          alphabetize: { order: 'asc' },
          groups: ['builtin', 'external', 'parent', 'sibling'],
          'newlines-between': 'never'
        }
      ],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-console': 'error'
    }
  },
  {
    // What describes a subject to Jest is a function, too.
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off' }
  }
);
