import { deployment, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'pre-stop-too-long';

function withPreStop(preStop: Readonly<Record<string, { seconds: number } | { command: string[] }>>, seconds = 30) {
  return deployment({ pod: { terminationGracePeriodSeconds: seconds }, container: { lifecycle: { preStop } } });
}

function exec(...command: string[]) {
  return withPreStop({ exec: { command } });
}

describe('pre-stop-too-long', () => {
  it.each([
    ['none', deployment()],
    ['a shorter one', withPreStop({ sleep: { seconds: 29 } })],
    ['one that only running it would tell', exec('/bin/sh', '-c', 'while true; do sleep 60; done')],
    ['a pod that is killed at once, which another rule finds', withPreStop({ sleep: { seconds: 5 } }, 0)],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['as long', withPreStop({ sleep: { seconds: 30 } }), 30],
    ['longer', exec('sleep', '45'), 45],
    ['in a shell', exec('/bin/sh', '-c', 'sleep 45s'), 45],
    ['among other commands', exec('/bin/sh', '-c', 'sleep 20 && echo half && sleep 25'), 45],
    ['by its path', exec('/usr/bin/sleep', '45'), 45],
  ])('fails one that is %s', (_what, text, seconds) => {
    expect(messagesOf(rule, [text])).toEqual([`preStop takes ${seconds}s of a grace period of 30s`]);
  });
});
