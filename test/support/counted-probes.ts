import {
  Catch,
  type ArgumentsHost,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  Res,
  Scope,
  ServiceUnavailableException,
  UseFilters,
} from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { GracefulShutdown, type GracefulShutdownOptions, ReadinessHealthIndicator } from 'nestjs-lifecycle';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { until } from './event-loop.js';
import { Gate } from './gate.js';
import { type Adapter, type HttpApp, type HttpAppParts, startHttpApp } from './http-app.js';
import { killAfterTest } from './started-programs.js';

interface Reply {
  status(code: number): { send(body: string): unknown };
}

@Catch()
class OtherShapeFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<Reply>().status(500).send('not now');
  }
}

/** Every way in which a route can ask for readiness, and some that only look like it. */
@Controller()
export class AskingController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(ReadinessHealthIndicator) private readonly readiness: ReadinessHealthIndicator,
    @Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown,
    @Inject(Gate) private readonly gate: Gate,
  ) {}

  @Get('internal/terminus')
  @HealthCheck()
  terminus(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.readiness.isAcceptingTraffic(),
      () => this.readiness.isAcceptingTraffic('again'),
    ]);
  }

  @UseFilters(OtherShapeFilter)
  @Get('internal/filtered')
  @HealthCheck()
  filtered(): Promise<HealthCheckResult> {
    return this.terminus();
  }

  @Get('internal/plain')
  async plain(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    const { isReady } = await this.shutdown.readiness.check();
    if (!isReady) throw new ServiceUnavailableException();
    return 'ready';
  }

  @Get('internal/by-hand')
  async byHand(@Res() reply: Reply): Promise<void> {
    const { readiness } = await this.readiness.isAcceptingTraffic();
    void reply.status(readiness.status === 'up' ? 200 : 503).send(readiness.status);
  }

  @Get('internal/waits')
  async waits(): Promise<string> {
    const answer = this.plain();
    await this.gate.pass();
    return answer;
  }

  /** Its answer has a status long before it is sent. */
  @Get('internal/half')
  async half(@Res() reply: Reply): Promise<void> {
    const { readiness } = await this.readiness.isAcceptingTraffic();
    const answer = reply.status(readiness.status === 'up' ? 200 : 503);
    await this.gate.pass();
    void answer.send(readiness.status);
  }

  /** Says nothing of readiness, and waits for those that do. */
  @Get('internal/busy')
  async busy(): Promise<never> {
    await this.gate.pass();
    throw new ServiceUnavailableException();
  }

  @Get('healthz')
  broken(): never {
    throw new ServiceUnavailableException();
  }

  /** Asks, and answers that all is well. */
  @Get('internal/informs')
  async informs(): Promise<string> {
    return JSON.stringify(await this.readiness.isAcceptingTraffic());
  }
}

/** Made anew for every request. */
@Controller({ path: 'internal/scoped', scope: Scope.REQUEST })
export class ScopedAskingController {
  constructor(@Inject(ReadinessHealthIndicator) private readonly readiness: ReadinessHealthIndicator) {}

  @Get()
  async scoped(): Promise<string> {
    const { readiness } = await this.readiness.isAcceptingTraffic();
    if (readiness.status === 'down') throw new ServiceUnavailableException();
    return 'ready';
  }
}

export interface ProbedWorld<W extends HttpApp> {
  readonly world: W;
  readonly service: TestService;
  /** What waits waits here. */
  readonly gate: Gate;
  /** Begins the lame duck. */
  readonly leave: () => Promise<void>;
  /**
   * How many failing probes the report says were delivered, whether they counted for the lame duck or not; moves the time to
   * its end.
   */
  readonly counted: () => Promise<number | undefined>;
}

/** Starts a service with these routes, which a test can send a signal; `start` makes its application. */
export async function startProbedWorld<W extends HttpApp = HttpApp>(
  start: (parts: HttpAppParts) => Promise<W>,
  options: GracefulShutdownOptions = {},
): Promise<ProbedWorld<W>> {
  const gate = new Gate();
  let world: W | undefined;
  const service = await startService(async () => {
    world = await start({
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [AskingController, ScopedAskingController],
      providers: [{ provide: Gate, useValue: gate }],
      options: { gracePeriod: '60s', lameDuck: '20s', health: true, ...options },
      prepare: (app) => void app.enableShutdownHooks(),
    });
    return world.app;
  });
  killAfterTest({ kill: () => service.close() });
  if (world === undefined) throw new Error('no application was made');
  const leave = async (): Promise<void> => {
    service.signal('SIGTERM');
    await until('it is a lame duck', () => service.shutdown.phase === 'lame-duck');
  };
  const counted = async (): Promise<number | undefined> => {
    await service.clock.advance('20s');
    const { report } = await service.ended;
    return report && report.lameDuck.failedProbes + report.lameDuck.repeatedProbes;
  };
  return { world, service, gate, leave, counted };
}

/** The same over HTTP/1.1. */
export function startProbedApp(adapter: Adapter, options?: GracefulShutdownOptions): Promise<ProbedWorld<HttpApp>> {
  return startProbedWorld((parts) => startHttpApp(adapter, parts), options);
}
