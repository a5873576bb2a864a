export {
  type AcceptedProblem,
  type CheckNotJudged,
  type ConfigurationProblem,
  type ProductionReadinessResult,
} from './configuration/configuration-problem.js';
export { type CheckHandle } from './configuration/configuration-checks.js';
export { NotProductionReadyError } from './configuration/not-production-ready-error.js';
export {
  type CheckAnswer,
  type CheckContext,
  type CheckProblem,
  type ProductionCheckOptions,
  type ProductionReadinessCheck,
} from './configuration/own-check.js';
export { ProductionCheck, type ProductionCheckDecoratorOptions } from './configuration/production-check.decorator.js';
export { ProductionReadiness } from './configuration/production-readiness.js';
export { type CoordinateOptions } from './coordination/coordinate-options.js';
export { type PostgresPool, type PostgresSession, postgresLimit } from './coordination/postgres-limit.js';
export { type IoredisClient, type NodeRedisClient, redisLimit } from './coordination/redis-limit.js';
export { type FreePlace, type PlaceRequest, type ShutdownLimit } from './coordination/shutdown-limit.js';
export { type Duration } from './deadline/duration.js';
export { type DrainResult } from './engine/drain-alone.js';
export { type LifecycleEvent, type Moment, type TimedEvent } from './events/lifecycle-event.js';
export { type FollowOptions } from './followed/follow-options.js';
export { LifecycleError, type LifecycleErrorCode } from './errors/lifecycle-error.js';
export { type LostOutput } from './report/lost-output.js';
export {
  type ShutdownCause,
  type ShutdownProgress,
  type Statistics,
  type TrackedServer,
} from './engine/service-life.js';
export { GracefulShutdown } from './graceful-shutdown.js';
export { GracefulShutdownModule } from './graceful-shutdown.module.js';
export { type IndicatorDetail, type IndicatorResult } from './health/health-result.js';
export { DetailedHealthModule, type DetailedHealthOptions } from './detailed-health.module.js';
export { LivenessHealthIndicator } from './health/liveness.health-indicator.js';
export { type GateHandle, type GateOptions, type ReadinessState } from './health/readiness.js';
export { type ReadinessCheck } from './health/readiness-check.js';
export { ReadinessGate, type ReadinessGateOptions } from './health/readiness-gate.decorator.js';
export { ReadinessHealthIndicator } from './health/readiness.health-indicator.js';
export { StartupHealthIndicator } from './health/startup.health-indicator.js';
export { type AlertDetails, type ComponentDetails, type DetailedHealth } from './monitor/detailed-health.js';
export { type ComponentStatus } from './monitor/component.js';
export {
  type HealthCheckFunction,
  type HealthCheckResult,
  type HealthCheckStatus,
  type HealthComponentCheck,
  type HealthComponentOptions,
} from './monitor/health-check.js';
export { type DeclaredHealthComponent, HealthComponent } from './monitor/health-component.decorator.js';
export { type HealthComponentHandle } from './monitor/health-monitor.js';
export { type HealthMonitorOptions, type ShedOptions } from './options/health-monitor-option.js';
export { type DumpOptions, type DumpSignalName } from './options/dump-option.js';
export { type LifecycleDump } from './dump/dump-state.js';
export { type HookOptions, type HookPhase } from './hooks/hook.js';
export { InvalidHookError } from './hooks/hook-options.js';
export { type Registration } from './hooks/hook-registry.js';
export { type Closer, type RegisterOptions } from './hooks/register-options.js';
export { type ResourceInfo, type ResourceStatistics } from './resources/resource.js';
export { type ResourceState } from './resources/resource-state.js';
export { type ResourceType } from './resources/resource-type.js';
export { OnGracefulShutdown, type OnGracefulShutdownOptions } from './hooks/on-graceful-shutdown.decorator.js';
export { type ShutdownContext } from './hooks/shutdown-context.js';
export { type SourceHandle } from './sources/added-sources.js';
export { type IntakeItem, type IntakeOptions } from './sources/intake-options.js';
export { StopIntake, type StopIntakeOptions } from './sources/stop-intake.decorator.js';
export { type InFlight } from './in-flight/in-flight-work.js';
export {
  type LateConnectionsReport,
  type UpgradedSocketsReport,
  type WebSocketsReport,
} from './report/report-sections.js';
export { type InFlightItem, type Work, type WorkKind, type WorkName } from './in-flight/work.js';
export {
  type Haste,
  type Intake,
  type LastWord,
  type LongLivedWork,
  type TimeLeft,
  type WorkSource,
} from './in-flight/work-source.js';
export { type SourceStatistics } from './in-flight/work-sources.js';
export { ShutdownFailedError } from './shutdown/failures.js';
export { type LameDuckEnd } from './report/lame-duck-end.js';
export { type WaitPhase } from './shutdown/endable-waits.js';
export {
  type CheckLevel,
  type CorrelationId,
  type DurationRange,
  type EventLoopOptions,
  type ExitStyle,
  type GracefulShutdownOptions,
  type GracefulShutdownOptionsFactory,
  type HealthOptions,
  type IntakeStop,
  type LameDuckOptions,
  type LateRequestBody,
  type LateRequests,
  type LongLivedOptions,
  type MetricsOptions,
  type OnReport,
  type ProductionReadinessOptions,
  type ReadinessOptions,
  type ResourceOptions,
  type UncaughtErrors,
} from './options/graceful-shutdown-options.js';
export { InvalidOptionsError, type OptionProblem } from './options/invalid-options-error.js';
export { type UnseenKind } from './options/unseen-kinds.js';
export { type PlannedStep } from './plan/shutdown-plan.js';
export { type Phase, PHASES } from './phase/phase.js';
export {
  type EndedEarlyReport,
  type ErrorReport,
  type HookReport,
  type LameDuckReport,
  type NestHookReport,
  type Outcome,
  type PhaseReport,
  type RequestsReport,
  type ResourceReport,
  type ShutdownReport,
  type SourceReport,
  type TurnReport,
} from './report/shutdown-report.js';
export { type BackgroundTaskOptions, type OnShutdown } from './tasks/background-task-options.js';
export { type RestartOptions } from './tasks/restart-options.js';
export { type TaskInfo, type TaskState } from './tasks/background-task.js';
export { BackgroundTasks, type RunningTask } from './tasks/background-tasks.js';
export { TrackInFlight } from './tasks/track-in-flight.decorator.js';
export { type TaskHandle } from './tasks/task-tracker.js';
export { LongLived } from './traffic/long-lived/long-lived.decorator.js';
export { LeavingSignal, ShutdownSignal } from './traffic/handlers/shutdown-signal.decorator.js';
export { InFlightInterceptor } from './traffic/handlers/in-flight.interceptor.js';
export { followGrpcHealth, type GrpcHealth } from './health/grpc-health.js';
