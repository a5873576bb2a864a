import type { INestApplicationContext } from '@nestjs/common';
import { block, does, step } from './faults.js';

/** Listeners for signals that applications and libraries add before Nest is there. */
export function listenEarly(): void {
  if (does('counting-listener')) countListeners();
  if (does('early-listener')) process.once('SIGTERM', () => step('early listener'));
}

/** As some libraries do: leaves the end to others where there are any. */
function countListeners(): void {
  process.on('SIGTERM', function counting() {
    if (process.listenerCount('SIGTERM') > 1) return;
    step('the only listener');
    process.removeListener('SIGTERM', counting);
    process.kill(process.pid, 'SIGTERM');
  });
}

/** Shutdown code of the application's own, beside the module. */
export function listenBeside(app: INestApplicationContext): void {
  if (process.env['EXIT_CODE'] !== undefined) process.exitCode = Number(process.env['EXIT_CODE']);
  if (does('foreign-listener')) process.on('SIGTERM', () => step('foreign listener'));
  if (does('own-handler')) closeByHand(app);
  if (does('own-timer')) closeWithTimer(app);
  if (does('telemetry')) flushTelemetry();
  if (does('throwing-later')) throwWhenTold();
  if (does('blocked-loop')) blockWhenTold();
}

function closeByHand(app: INestApplicationContext): void {
  process.once('SIGTERM', () => {
    void app
      .close()
      .then(() =>
        process.env['EXIT_WITH'] === undefined ? undefined : process.exit(Number(process.env['EXIT_WITH'])),
      );
  });
}

function closeWithTimer(app: INestApplicationContext): void {
  process.on('SIGTERM', function stop() {
    setTimeout(() => process.exit(1), 2500);
    void app.close().then(() => process.exit(0));
  });
}

/** As the documentation of telemetry libraries has it. */
function flushTelemetry(): void {
  process.on('SIGTERM', function flushTelemetry() {
    void new Promise((resolve) => setTimeout(resolve, 20)).finally(() => process.exit(0));
  });
}

function throwWhenTold(): void {
  process.on('message', (message) => {
    if (message !== 'throw') return;
    setImmediate(() => {
      throw new Error('thrown later');
    });
  });
}

function blockWhenTold(): void {
  process.on('message', (message) => {
    if (message !== 'block') return;
    step('blocking');
    block(Number(process.env['BLOCK_MS']));
  });
}
