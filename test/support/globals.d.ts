/** The major version of Nest that `@nestjs/*` means in this test. Set by jest.config.js, once per project. */
declare const NEST_MAJOR: 11 | 12;

/** Which half of the Nests and adapters programs run on. Set by jest.config.js and jest.services.config.js. */
declare const PROGRAMS_HALF: 1 | 2;
