import { fileNamed, findingsOf, messagesOf } from '../../../../test/support/manifests.js';
import { checkFiles } from '../check-files.js';

const rule = 'heroku-stop-time';
const settings = {
  format: 'nestjs-lifecycle/settings',
  version: 2,
  written: { gracePeriod: { origin: 'code', value: 60_000 } },
  unreadable: [],
  environment: {},
  server: {},
} as const;

describe('heroku-stop-time', () => {
  it('passes a service that plans with the time that Heroku gives', () => {
    expect(messagesOf(rule, [fileNamed('Procfile', 'web: node dist/main.js')])).toEqual([]);
  });

  it('fails one that plans with more, once for each type that goes on running', () => {
    const text = fileNamed(
      'Procfile',
      'web: node dist/main.js',
      'worker: node dist/worker.js',
      'release: node dist/migrate.js',
    );
    expect(findingsOf(rule, [text], { settings })).toMatchObject([
      { subject: 'Procfile process web', line: 2, message: expect.stringContaining('but Heroku waits 30s') as unknown },
      { subject: 'Procfile process worker', line: 3 },
    ]);
  });

  it('passes what starts no Node, and what is for development', () => {
    const text = 'web: bundle exec puma\n';
    expect(checkFiles([{ path: 'Procfile', text }], { settings }).findings).toEqual([]);
    expect(checkFiles([{ path: 'Procfile.dev', text: 'web: npm start\n' }]).findings).toEqual([]);
  });

  it('says that a package manager hands on a signal that the service has already', () => {
    const [finding] = findingsOf('platform-signal-not-forwarded', [fileNamed('Procfile', 'web: npm start')]);
    expect(finding).toMatchObject({
      severity: 'warning',
      message: 'npm starts the service as its child, and Heroku signals both',
    });
    expect(finding?.remedy).toMatch(/^# dist\/main.js is a guess: .*\nweb: node dist\/main.js$/);
  });
});
