/** The major version of Nest that `@nestjs/*` means in this test. Set by jest.config.js, once per project. */
declare const NEST_MAJOR: 11 | 12;
