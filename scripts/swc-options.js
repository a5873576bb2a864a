/**
 * How TypeScript becomes JavaScript in every test: in Jest, and in the programs of test/programs.
 * @satisfies {import('@swc/core').Options}
 */
export const swcOptions = /** @type {const} */ ({
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
  },
});
