import { z } from 'zod';

const DETAILS = z.object({
  status: z.string(),
  score: z.number().nullable(),
  uptimeSeconds: z.number(),
});

/** What one instance says on its probe port; without `status`, `score` and `uptimeSeconds` where `HEALTH_ENABLED` is `false`. */
export interface InstanceStatus extends Partial<z.infer<typeof DETAILS>> {
  readonly url: string;
  readonly phase: string;
  readonly isReady: boolean;
  /** Requests, messages, jobs and sockets that it works on. */
  readonly inFlight: number;
}

const ANSWER_MS = 2000;

/**
 * Reads the probe, the page of the health monitor and the metrics of an instance.
 *
 * @param url its probe port: `http://127.0.0.1:9000`
 * @returns `undefined` where no instance answers
 */
export async function readInstance(url: string): Promise<InstanceStatus | undefined> {
  const ask = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
  try {
    const [ready, detailed, metrics] = await Promise.all([
      ask('/health/ready'),
      ask('/health/detailed'),
      ask('/metrics'),
    ]);
    await ready.body?.cancel();
    const { data } = DETAILS.safeParse(await detailed.json().catch(() => undefined));
    const text = await metrics.text();
    return { url, isReady: ready.ok, phase: phaseOf(text), ...data, inFlight: inFlightOf(text) };
  } catch {
    // It is not there, or goes in this moment: the next look tells.
    return undefined;
  }
}

/** The phase whose sample of `shutdown_phase{phase="…"}` is 1. */
export function phaseOf(metrics: string): string {
  return /^shutdown_phase\{phase="([\w-]+)"\} 1$/m.exec(metrics)?.[1] ?? '';
}

/** The sum of `in_flight_requests{kind="…"}` in the text format of Prometheus. */
export function inFlightOf(metrics: string): number {
  const samples = metrics.matchAll(/^in_flight_requests(?:\{[^}]*\})? (\d+)$/gm);
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}
