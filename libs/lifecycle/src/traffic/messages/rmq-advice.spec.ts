import { adviseOnRmq } from './rmq-advice.js';

/** As Nest's `ServerRMQ` keeps them. */
const server = (noAck: boolean, options: object = {}): object => ({ queue: 'orders', noAck, options });

describe('what is told of RabbitMQ at boot', () => {
  it.each([
    ["Nest's defaults", server(true), /'orders'.*noAck: true.*Type noAck: false and prefetchCount: 10.*\.ack\(/],
    ['a limit that nothing acknowledges', server(true, { prefetchCount: 5 }), /Type noAck: false/],
    ['no limit', server(false), /'orders'.*no prefetchCount.*Type prefetchCount: 10/],
    ['a limit of none', server(false, { prefetchCount: 0 }), /Type prefetchCount: 10/],
  ])('with %s is one warning with what to type', (_what, of, text) => {
    expect(adviseOnRmq(of)).toEqual([{ level: 'warn', text: expect.stringMatching(text) as string }]);
  });

  it('is nothing where messages are acknowledged and limited', () => {
    expect(adviseOnRmq(server(false, { prefetchCount: 10 }))).toEqual([]);
  });

  it('is nothing where the options of the server do not exist', () => {
    expect(adviseOnRmq({ queue: 'orders', noAck: true })).toEqual([]);
  });
});
