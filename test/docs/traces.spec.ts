import { OtlpReceiver } from '../support/otlp-receiver.js';
import { compilePages } from './page-programs.js';

const start = compilePages('traces');

describe('the program of docs/traces.md', () => {
  it('has sent its trace and its metrics to a collector before it exits, with the right parents', async () => {
    const receiver = await OtlpReceiver.start();
    const program = start('traces', {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'orders',
      STOCK_API_KEY: 'SECRET-of-the-process',
    });
    expect((await fetch(`${await program.url()}/orders?token=SECRET`)).status).toBe(200);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect([code, output]).toEqual([0, expect.stringMatching(/stopped clean after/)]);
    expect(receiver.one('shutdown')).not.toHaveProperty('parentSpanId', expect.stringMatching(/./));
    expect(receiver.below('shutdown')).toEqual(['phase lame-duck', 'phase draining', 'phase closing']);
    expect(receiver.below('phase closing')).toContain('hook Ledger.close');
    expect(receiver.one('shutdown').attributes).toContainEqual({
      key: 'shutdown.outcome',
      value: { stringValue: 'clean' },
    });
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(JSON.stringify(receiver.metrics.get('shutdown.outcome'))).toContain('clean');
    expect(receiver.text).toContain('"orders"');
    expect(receiver.text).not.toContain('SECRET');
  });
});
