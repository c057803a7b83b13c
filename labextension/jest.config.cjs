const esm = [
  '@jupyter',
  '@jupyterlab',
  '@microsoft',
  '@rjsf',
  'exenv-es6',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
];

/** What is no JavaScript is left out: nothing of it is tested here. */
module.exports = {
  testEnvironment: '<rootDir>/test/environment.cjs',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // Without this, what ws has for browsers: nothing.
  moduleNameMapper: { '^ws$': require.resolve('ws') },
  setupFiles: ['<rootDir>/test/setup.cjs'],
  transform: {
    '\\.[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic' } }
        }
      }
    ],
    '\\.(css|svg)$': '<rootDir>/test/empty.cjs'
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)`]
};
