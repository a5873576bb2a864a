// One application, with the module, in a process of its own: starts, plays its exchanges against itself, and waits for a signal.
import { writeSync } from 'node:fs';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { type Kind } from './application.js';
import { loadApplication } from './catalogue.js';
import { Client } from './client.js';
import { Journal } from './journal.js';
import { freePorts, playExchanges } from './play.js';
import { start } from './start.js';
import { RecordingLogger } from './witnesses.js';

async function serve(name: string, kind: Kind): Promise<void> {
  const application = await loadApplication(name);
  const setting = { kind, journal: new Journal(), ports: await freePorts(application.ports) };
  setting.journal.onLine = (line) => say('noted', line);
  const logger = new RecordingLogger();
  const { app, url } = await start({
    ...setting,
    application,
    mode: 'with the module',
    logger,
    onCreated: (created) => created.enableShutdownHooks(),
  });
  const shutdown = app.get(GracefulShutdown);
  // What is written later than this reaches nobody.
  process.on('exit', (code) => say('ended', { code, report: shutdown.report }));
  await playExchanges(application.exchanges, { ...setting, app, url, client: new Client(url) });
  // A context in which nothing waits would end by itself.
  setInterval(() => undefined, 60_000);
  say('played', process.pid);
}

function say(what: string, details: unknown): void {
  writeSync(1, `${what} ${JSON.stringify(details)}\n`);
}

const [, , name = '', kind = 'express'] = process.argv;
void serve(name, kind as Kind);
