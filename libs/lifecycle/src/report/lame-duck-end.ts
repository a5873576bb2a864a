/**
 * What ended the lame duck.
 *
 * - `skipped`: there was none (no time for it, as outside production; nothing listens; `app.close()`; `enabled: false`)
 * - `elapsed`: its time was over
 * - `quiet`: no request but exempt ones had come for long enough
 * - `probes-failed`: enough failing readiness answers had been delivered
 * - `budget`: the hooks' share of the budget began
 * - `asked`: `endWait()` was called
 * - `forced`: the process had to end meanwhile: a second signal, or other code called `process.exit()`
 */
export type LameDuckEnd = 'skipped' | 'elapsed' | 'quiet' | 'probes-failed' | 'budget' | 'asked' | 'forced';
