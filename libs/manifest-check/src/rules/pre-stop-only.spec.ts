import { deployment, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'pre-stop-only';

function waiting(lameDuck: string, preStop: object | null): string {
  const lifecycle = preStop === null ? {} : { preStop: JSON.parse(JSON.stringify(preStop)) as Record<string, string> };
  return deployment({ env: { SHUTDOWN_LAME_DUCK: lameDuck }, container: { lifecycle } });
}

const sleep = { sleep: { seconds: 5 } };

describe('pre-stop-only', () => {
  it('passes a lame duck beside it, no preStop, and a worker', () => {
    expect(messagesOf(rule, [waiting('5s', sleep), service()])).toEqual([]);
    expect(messagesOf(rule, [waiting('0s..5s', sleep), service()])).toEqual([]);
    expect(messagesOf(rule, [waiting('0s', null), service()])).toEqual([]);
    expect(messagesOf(rule, [waiting('0s', sleep)])).toEqual([]);
  });

  it('fails a preStop of any kind without a lame duck', () => {
    expect(messagesOf(rule, [waiting('0s', sleep), service()])).toEqual(['there is a preStop of 5s, but no lame duck']);
    expect(messagesOf(rule, [waiting('0', { httpGet: { path: '/leave', port: 80 } }), service()])).toEqual([
      'there is a preStop, but no lame duck',
    ]);
  });
});
