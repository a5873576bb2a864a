import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm, packLibrary, temporaryFolder } from '../package/tarball.js';
import { itNeeds } from '../support/machine.js';
import { npmRegistry } from '../support/package-managers.js';
import { type ProgramExit, startFile } from '../support/program.js';

/** Loggers of others, each as an application sets it up. */
const LOGGERS = {
  'winston, nestLike': `const { createLogger, transports, format } = require('winston');
    const { WinstonModule, utilities } = require('nest-winston');
    logger = WinstonModule.createLogger({ transports: [new transports.Console({ format: utilities.format.nestLike() })] });`,
  'winston, prettyPrint': `const { createLogger, transports, format } = require('winston');
    logger = require('nest-winston').WinstonModule.createLogger({ format: format.prettyPrint(), transports: [new transports.Console()] });`,
  'winston, JSON': `const { transports } = require('winston');
    logger = require('nest-winston').WinstonModule.createLogger({ transports: [new transports.Console()] });`,
  "winston in a class of the application's own": `const { createLogger, transports, format } = require('winston');
    const winston = createLogger({ transports: [new transports.Console({ format: format.combine(format.timestamp(), format.prettyPrint()) })] });
    class Own { constructor(inner) { this.inner = inner; } }
    for (const [method, level] of Object.entries({ log: 'info', warn: 'warn', error: 'error', debug: 'debug' })) {
      Own.prototype[method] = function (message, context) {
        this.inner.log(typeof message === 'string' ? { level, message, context } : { ...message, level, message: message.msg });
      };
    }
    logger = new Own(winston);`,
  'pino-pretty in a worker': pino(`transport: { target: 'pino-pretty', options: { singleLine: false } }`),
  'pino-pretty in a worker, on one line': pino(`transport: { target: 'pino-pretty', options: { singleLine: true } }`),
  'pino-pretty as a stream': pino(`stream: require('pino-pretty')({ sync: true })`),
  'pino, JSON': pino(`level: 'debug'`),
  'pino, JSON by a worker': pino(`transport: { target: 'pino/file', options: { destination: 1 } }`),
  "Nest's own": `logger = new (require('@nestjs/common').ConsoleLogger)({ compact: false, depth: 9 });`,
  "Nest's own, JSON": `logger = new (require('@nestjs/common').ConsoleLogger)({ json: true });`,
  bunyan: wrapped(`require('bunyan').createLogger({ name: 'shop' })`),
  consola: wrapped(`require('consola').consola`),
  log4js: wrapped(`(({ getLogger }) => { const it = getLogger(); it.level = 'debug'; return it; })(require('log4js'))`),
} as const;
type LoggerName = keyof typeof LOGGERS;
// Their names are those of the object above.
const LOGGER_NAMES = Object.keys(LOGGERS) as LoggerName[];

const MULTI_LINE: readonly LoggerName[] = [
  'winston, nestLike',
  'winston, prettyPrint',
  "winston in a class of the application's own",
  'pino-pretty in a worker',
  'pino-pretty as a stream',
  "Nest's own",
  'consola',
  'log4js',
];
const JSON_LINES: readonly LoggerName[] = [
  'winston, JSON',
  'pino, JSON',
  'pino, JSON by a worker',
  "Nest's own, JSON",
  'bunyan',
];

function pino(options: string): string {
  return `const { Logger, LoggerModule } = require('nestjs-pino');
    imports = [LoggerModule.forRoot({ pinoHttp: { ${options} } })];
    token = Logger;`;
}

/** A class around a logger with a method for each level, as applications write it. */
function wrapped(inner: string): string {
  return `const inner = ${inner};
    const to = (level) => (message, context) => inner[level](message);
    logger = { inner, log: to('info'), warn: to('warn'), error: to('error'), debug: to('debug') };`;
}

/** Stops an application, or says a sentence that is about as long as the last one of a stop. */
const program = `require('reflect-metadata');
const { Logger, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { GracefulShutdown, GracefulShutdownModule } = require('nestjs-lifecycle');
let logger; let token; let imports = [];
const set = { ${Object.entries(LOGGERS)
  .map(([name, code]) => `${JSON.stringify(name)}() { ${code} }`)
  .join(',\n')} };
set[process.env.LOGGER]();
const isPlain = process.env.WHAT === 'sentence';
class AppModule {}
Module({ imports: [...imports, ...(isPlain ? [] : [GracefulShutdownModule.forRoot()])] })(AppModule);
NestFactory.createApplicationContext(AppModule, { bufferLogs: true }).then(async (app) => {
  app.useLogger(logger ?? app.get(token));
  if (isPlain) new Logger('GracefulShutdown').log('stopped clean after 12ms' + '; all of the rest of a report'.repeat(6));
  else for (let n = 0; n < 3; n += 1) app.get(GracefulShutdown).register('close pool ' + n, () => undefined);
  await app.close();
});`;

const DEPENDENCIES = {
  ...Object.fromEntries(['common', 'core'].map((name) => [`@nestjs/${name}`, '11.2.10'])),
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  winston: '3.19.0',
  'nest-winston': '2.0.0',
  'nestjs-pino': '4.6.1',
  pino: '10.4.0',
  'pino-http': '11.0.0',
  'pino-pretty': '13.2.0',
  bunyan: '2.0.5',
  consola: '3.4.2',
  log4js: '6.9.1',
};

let folder: string;

beforeAll(() => {
  if (!npmRegistry.isAvailable) return;
  const { file } = packLibrary();
  folder = temporaryFolder();
  const dependencies = { ...DEPENDENCIES, 'nestjs-lifecycle': `file:${file}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true, dependencies }));
  npm('install --ignore-scripts --no-audit --no-fund', folder);
  writeFileSync(join(folder, 'main.cjs'), program);
  rmSync(dirname(file), { recursive: true });
});
afterAll(() => {
  if (npmRegistry.isAvailable) rmSync(folder, { recursive: true, force: true });
});

const run = (logger: LoggerName, env: Record<string, string>): Promise<ProgramExit> =>
  startFile(join(folder, 'main.cjs'), { env: { LOGGER: logger, ...env } }).exit;

/** How many lines the last word takes, to the end of the output. */
function linesFrom({ output }: ProgramExit): number {
  const lines = output.trimEnd().split('\n');
  const first = lines.findIndex((line) => line.includes('stopped clean after'));
  return first < 0 ? 0 : lines.length - first;
}

/** A worker shows little of what it does with its lines, so it matters where it runs. */
const WHERE: Record<string, readonly LoggerName[]> = {
  production: LOGGER_NAMES,
  development: LOGGER_NAMES.filter((name) => name.includes('worker')),
};

describe.each(Object.entries(WHERE))('in %s, the last line', (environment, loggers) => {
  const env = { NODE_ENV: environment };
  for (const logger of MULTI_LINE.filter((name) => loggers.includes(name))) {
    itNeeds(npmRegistry, `takes no more lines than any sentence with ${logger}`, async () => {
      const sentence = linesFrom(await run(logger, { ...env, WHAT: 'sentence' }));
      expect(sentence).toBeGreaterThan(0);
      expect(linesFrom(await run(logger, { ...env, WHAT: 'stop' }))).toBe(sentence);
    });
  }

  for (const logger of JSON_LINES.filter((name) => loggers.includes(name))) {
    itNeeds(npmRegistry, `is one object with its fields with ${logger}`, async () => {
      const { output } = await run(logger, { ...env, WHAT: 'stop' });
      const last = output.trimEnd().split('\n').at(-1) ?? '';
      const line = JSON.parse(last) as Record<string, unknown>;
      const record = typeof line['message'] === 'object' ? line['message'] : line;
      expect(record).toMatchObject({ event: 'shutdown-ended', report: { outcome: 'clean', hooks: { length: 3 } } });
      expect(last).toContain('stopped clean after');
    });
  }
});

describe('the last line', () => {
  itNeeds(npmRegistry, 'keeps its fields where pino-pretty has them on the same line', async () => {
    const exit = await run('pino-pretty in a worker, on one line', { WHAT: 'stop' });
    expect(exit.output).toMatch(/stopped clean after .*"event":"shutdown-ended"/);
    expect(linesFrom(exit)).toBe(1);
  });
});
