/**
 * STYLE as far as a machine can check it. The floors of the house are .dependency-cruiser.js's, names of files
 * tools/check's.
 */

import tseslint from 'typescript-eslint';
import house from './tools/lint/house-rules.js';

const limits = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 50, skipComments: true, IIFEs: true }],
  'max-params': ['error', 4],
  'max-depth': ['error', 3],
  complexity: ['error', 20],
};

const restrictions = [
  { selector: 'TSEnumDeclaration', message: 'A union of strings says the same without code.' },
  {
    selector: 'TSParameterProperty',
    message: 'Types are stripped, so a parameter property would not exist.',
  },
  {
    selector: 'TSModuleDeclaration[declare!=true]',
    message: 'A file is a module; namespaces would not be stripped.',
  },
];
const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'A name that the importer chooses cannot be searched for.',
};

export default tseslint.config(
  { ignores: ['node_modules/', '.tributary/', 'test/**/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { house },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...limits,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', ...restrictions, defaultExport],
      'house/opening-comment': 'error',
      'house/reason-above': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Brackets show that a name is somebody else's choice, such as an environment variable's.
      '@typescript-eslint/dot-notation': 'off',
      // Libraries ask for functions that return promises, whether or not there is something to wait for.
      '@typescript-eslint/require-await': 'off',
      // Letters of a string are what a spread gives; the rule has no setting for strings alone.
      '@typescript-eslint/no-misused-spread': 'off',
      // We have no enums; those of libraries are compared with the values that they document.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'always' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A describe block is as long as its tests, and a fixture as its data.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // jest's matchers and answers of servers are any; comparing them whole is what checks them.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // jest asks for default exports here.
    files: ['test/kit/jest-*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...restrictions] },
  },
  {
    files: ['**/*.js'],
    plugins: { house },
    rules: {
      ...limits,
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'house/opening-comment': 'error',
    },
  },
);
