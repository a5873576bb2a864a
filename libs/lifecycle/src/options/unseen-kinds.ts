/**
 * Kinds of work that the library cannot see, by the names that `acceptUnseen` takes.
 *
 * - `schedule`: `@Cron()`, `@Interval()`, `@Timeout()` of `@nestjs/schedule`
 * - `events`: `@OnEvent()` of `@nestjs/event-emitter`
 * - `cqrs`: `@EventsHandler()` and `@Saga()` of `@nestjs/cqrs`, which run after the command that caused them
 * - `bullmq`, `bull`: processors of `@nestjs/bullmq` and `@nestjs/bull` that could not be followed
 * - `rabbitmq`: handlers of `@golevelup/nestjs-rabbitmq`
 * - `commands`: commands of nest-commander
 * - `script`: an application without a server, whose own code works by itself: a command, a loop, a consumer
 * - `servers`: a server that the library was never given
 * - `streams`: answers of messages that kept coming when the service left, of handlers without `@LongLived()`
 * - `messages`: messages of a transport that cannot be counted
 * - `exempt`: requests that `exempt: ['/*']` leaves out of the drain
 * - `sources`: work of a source that the application has added, and that cannot say what it has
 * - `resources`: what still used a pool or a client when it was closed by force
 */
export const UNSEEN_KINDS = [
  'schedule',
  'events',
  'cqrs',
  'bullmq',
  'bull',
  'rabbitmq',
  'commands',
  'script',
  'servers',
  'streams',
  'messages',
  'exempt',
  'sources',
  'resources',
] as const;

/** One of {@link UNSEEN_KINDS}. */
export type UnseenKind = (typeof UNSEEN_KINDS)[number];
