/** One way to stop a Nest service, as its own README sets it up. `apps/setups` has the code of each. */
export interface Variant {
  readonly name: string;
  readonly platform: 'express' | 'fastify';
  /** How it is set up, for the tables. */
  readonly setup: string;
  /** The lowest Node major it runs on. */
  readonly minNode?: number;
}

/**
 * What it waits before it stops accepting, where a variant has a place for that: a second more than the longest lag that
 * is measured. The defaults and the examples have 5 s, and ours in production.
 */
export const DELAY_MS = 6000;

const NEST_CLOSES = '`app.close()` after it';

/** Every variant, ours first. */
export const VARIANTS: readonly Variant[] = [
  { name: 'nestjs-lifecycle', platform: 'express', setup: '`GracefulShutdownModule.forRoot()` and Nest’s hooks' },
  { name: 'plain', platform: 'express', setup: 'Nest as it is' },
  { name: 'enableShutdownHooks', platform: 'express', setup: '`app.enableShutdownHooks()`' },
  { name: 'return503OnClosing', platform: 'express', setup: 'the option of `NestFactory.create`, and Nest’s hooks' },
  {
    name: '@nestjs/terminus',
    platform: 'express',
    setup: '`TerminusModule.forRoot({ gracefulShutdownTimeoutMs: 6000 })` and Nest’s hooks',
  },
  {
    name: 'nestjs-graceful-shutdown',
    platform: 'express',
    setup: '`GracefulShutdownModule.forRoot()` and `setupGracefulShutdown({ app })`',
  },
  { name: 'http-terminator', platform: 'express', setup: `\`terminate()\` on SIGTERM, ${NEST_CLOSES}` },
  { name: 'http-graceful-shutdown', platform: 'express', setup: `its defaults, ${NEST_CLOSES}` },
  {
    name: 'http-graceful-shutdown + delay',
    platform: 'express',
    setup: `\`preShutdown\` waits 6 s, ${NEST_CLOSES}`,
  },
  { name: '@godaddy/terminus', platform: 'express', setup: `its defaults, ${NEST_CLOSES}` },
  {
    name: '@godaddy/terminus + delay',
    platform: 'express',
    setup: `\`beforeShutdown\` waits 6 s, as its README says for Kubernetes, ${NEST_CLOSES}`,
  },
  {
    name: 'lightship',
    platform: 'express',
    setup: 'as in Kubernetes, `shutdownDelay` 6 s, `app.close()` as its shutdown handler',
    minNode: 22,
  },
  {
    name: 'nestjs-lifecycle (Fastify)',
    platform: 'fastify',
    setup: '`GracefulShutdownModule.forRoot()` and Nest’s hooks',
  },
  { name: 'plain (Fastify)', platform: 'fastify', setup: 'Nest as it is' },
  { name: 'enableShutdownHooks (Fastify)', platform: 'fastify', setup: '`app.enableShutdownHooks()`' },
  { name: 'fastify-graceful-shutdown', platform: 'fastify', setup: `a handler closes Fastify, ${NEST_CLOSES}` },
  { name: 'close-with-grace', platform: 'fastify', setup: `its handler closes Fastify, ${NEST_CLOSES}` },
];

/** The bare minimum to compare the end with: `app.close()`, then `process.exit(0)`. */
export const BARE_EXIT: Variant = {
  name: 'process.exit after app.close()',
  platform: 'express',
  setup: 'on SIGTERM `await app.close()`, then `process.exit(0)`',
};

/** Looks a variant up by its name. */
export function variantNamed(name: string): Variant {
  const variant = [...VARIANTS, BARE_EXIT].find((candidate) => candidate.name === name);
  if (variant === undefined) throw new Error(`there is no variant "${name}"`);
  return variant;
}
