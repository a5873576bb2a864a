import { deployment, service } from '../../../test/support/manifests.js';
import { checkFiles } from './check-files.js';

const whole = deployment({
  spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }, progressDeadlineSeconds: 60 },
  env: { SHUTDOWN_LAME_DUCK: '1s' },
  container: {
    livenessProbe: { httpGet: { path: '/', port: 1 } },
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } }, stopSignal: 'SIGQUIT' },
    envFrom: [{ configMapRef: { name: 'orders' } }],
  },
});

describe('files that are not what they should be', () => {
  it('are refused when there is more in them than can be compared', () => {
    const many = (count: number) => [{ path: 'a.yaml', text: `${service()}\n---\n`.repeat(count) }];
    expect(checkFiles(many(3001)).unusable).toMatchObject([{ code: 'TOO_LARGE' }]);
    expect(checkFiles(many(100)).unusable).toEqual([]);
  });

  it('are refused or read wherever they end', () => {
    const text = `# nestjs-lifecycle-ignore\n${whole}`;
    for (let end = 0; end < text.length; end += 7) checkFiles([{ path: 'a.yaml', text: text.slice(0, end) }]);
  });

  it.each(['Dockerfile', 'a.service', 'ecosystem.config.js', 'a.yaml'])('are refused or read as %s', (path) => {
    for (const text of [
      '',
      '\n',
      '[',
      '{',
      '"',
      "'",
      '`${',
      '\\',
      '[a]\nb',
      'FROM',
      'FROM a\nCMD [',
      'x: \\\n',
      '\r',
      '%',
    ]) {
      const { findings, unusable } = checkFiles([{ path, text }]);
      expect(findings.length + unusable.length).toBeLessThan(2);
    }
  });
});
