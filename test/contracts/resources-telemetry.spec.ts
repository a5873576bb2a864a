import { trace } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { Agent } from 'undici';
import { startWorker } from '../support/worker-app.js';

/** A span processor that notes when it is shut down. */
class Noted implements tracing.SpanProcessor {
  constructor(private readonly steps: string[]) {}

  onStart(): void {}
  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.steps.push('spans are sent');
  }
}

const providerWith = (steps: string[]): tracing.BasicTracerProvider =>
  new tracing.BasicTracerProvider({ spanProcessors: [new Noted(steps)] });

describe('telemetry', () => {
  it('is closed behind hooks of the phase stopped, and before the agents that it may send through', async () => {
    const steps: string[] = [];
    const agent = new Agent();
    const { shutdown, closed } = await startWorker({
      providers: [
        { provide: 'AGENT', useFactory: () => agent },
        { provide: 'TRACES', useFactory: () => providerWith(steps) },
      ],
    });
    shutdown.register('tell', () => void steps.push('told'), { phase: 'stopped' });
    const { outcome, resources } = await closed();
    expect({ outcome, steps }).toEqual({ outcome: 'clean', steps: ['told', 'spans are sent'] });
    expect(resources).toMatchObject([
      { name: 'OpenTelemetry tracer provider TRACES', type: 'telemetry', priority: 90, result: 'closed' },
      { name: 'undici dispatcher AGENT', type: 'agent', priority: 97, result: 'closed' },
    ]);
  });

  it('of the whole process is found, and left open by app.close()', async () => {
    const steps: string[] = [];
    trace.setGlobalTracerProvider(providerWith(steps));
    const { closed } = await startWorker({});
    const { resources } = await closed();
    trace.disable();
    expect(resources).toMatchObject([{ name: 'OpenTelemetry tracer provider of the process', result: 'left-open' }]);
    expect(steps).toEqual([]);
  });

  it('that never answers is given up in time, and the end is unverified', async () => {
    const hanging = new Noted([]);
    hanging.shutdown = () => new Promise(() => undefined);
    const provider = new tracing.BasicTracerProvider({ spanProcessors: [hanging] });
    const { closed } = await startWorker({
      options: { gracePeriod: '3s' },
      providers: [{ provide: 'TRACES', useFactory: () => provider }],
    });
    const { outcome, resources, unseen } = await closed();
    expect({ outcome, result: resources[0]?.result }).toEqual({ outcome: 'unverified', result: 'forced' });
    expect(unseen).toEqual([expect.stringContaining('spans that no collector has taken')]);
  });
});
