import { deployment, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'stop-signal-not-handled';

function stopped(stopSignal: string, pod = {}): string {
  return deployment({ pod, container: { lifecycle: { stopSignal } } });
}

function dockerfile(signal: string): string {
  return `# file: Dockerfile\nFROM node:24\nSTOPSIGNAL ${signal}\n`;
}

const linux = { os: { name: 'linux' } };

describe('stop-signal-not-handled', () => {
  it.each([
    ['none', deployment()],
    ['SIGTERM', stopped('SIGTERM', linux)],
    ['SIGINT', dockerfile('SIGINT')],
    ['a number', dockerfile('15')],
    ['a short name', dockerfile('TERM')],
    ['a variable', dockerfile('$SIGNAL')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['SIGQUIT', stopped('SIGQUIT', linux)],
    ['SIGQUIT', dockerfile('SIGQUIT')],
    ['SIGKILL', dockerfile('9')],
    ['SIGUSR2', dockerfile('usr2')],
  ])('fails %s', (signal, text) => {
    expect(messagesOf(rule, [text])).toEqual([
      `the container is stopped with ${signal}, but the service listens to SIGTERM and SIGINT`,
    ]);
  });

  it('fails a stopSignal that the API server would refuse', () => {
    expect(messagesOf(rule, [stopped('SIGTERM')])).toEqual(['stopSignal is set without spec.os.name']);
  });
});
