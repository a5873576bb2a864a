import * as api from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { Spans } from './spans.js';

describe('Spans', () => {
  it('are at most 500 and a root, which says how many more there were', async () => {
    const exporter = new tracing.InMemorySpanExporter();
    const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
    api.trace.setGlobalTracerProvider(provider);
    const spans = new Spans(api, { at: Date.now(), attributes: {}, links: [] });
    for (let index = 0; index < 505; index += 1) {
      spans.end(spans.begin(`hook ${index}`, Date.now(), { attributes: {} }), Date.now());
    }
    spans.endAll(Date.now(), {});
    await provider.forceFlush();
    api.trace.disable();
    const finished = exporter.getFinishedSpans();
    expect(finished.length).toBe(501);
    expect(finished.at(-1)).toMatchObject({ name: 'shutdown', attributes: { 'shutdown.spans_left_out': 5 } });
  });
});
