import { deployment, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'shutdown-disabled';
const off = deployment({ env: { SHUTDOWN_ENABLED: 'off' } });

describe('shutdown-disabled', () => {
  it('passes what is switched on, and a worker that gets no requests', () => {
    expect(messagesOf(rule, [deployment({ env: { SHUTDOWN_ENABLED: 'on' } }), service()])).toEqual([]);
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [off])).toEqual([]);
  });

  it('fails a service that gets requests and has it switched off', () => {
    expect(messagesOf(rule, [off, service()])).toEqual(['the graceful shutdown is switched off']);
  });
});
