import { defineConfig } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The folders and files of src/, from the ground up: each may import from itself and from what
 * stands before it.
 */
const ROOMS = [
  'api',
  'commandids.ts',
  'tokens.ts',
  'display',
  'lab',
  'lists',
  'forms',
  'jobs',
  'parameters',
  'snapshots',
  'schedules',
  'comparing',
  'submission',
  'tasks',
  'index.ts'
];

const zones = ROOMS.map((room, index) => ({
  target: `./src/${room}`,
  from: './src',
  except: ROOMS.slice(0, index + 1).map(lower => `./${lower}`),
  message: `${room} stands below it (see ROOMS in eslint.rooms.mjs).`
}));

export default defineConfig({
  files: ['**/*.{ts,tsx}'],
  plugins: { 'import-x': importX },
  languageOptions: { parser: tseslint.parser },
  settings: {
    'import-x/extensions': ['.ts', '.tsx'],
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx'] })]
  },
  rules: { 'import-x/no-restricted-paths': ['error', { zones }] }
});
