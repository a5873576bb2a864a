export { StartFailure, type StartFailureCode } from './cluster/start-failure.js';
export { type RolloutEvent, type RolloutFact, Timeline } from './events/rollout-event.js';
export { Ledger } from './ledger/ledger.js';
export { type Delivery, type MessageFacts, type MessageFate, type MessageRecord } from './ledger/message-record.js';
export { type Attempt, type Fate, type LostFate, type RequestRecord } from './ledger/request-record.js';
export { defaultPlan, type DefaultPlanOptions } from './load/default-plan.js';
export { GrpcError } from './load/grpc/grpc-error.js';
export { readHar, type HarOptions } from './load/har.js';
export { type LoadFile, type LoadFileOptions, readLoadFile } from './load/load-file.js';
export { type LoadPlan, type Login, type RequestKind } from './load/load-plan.js';
export { LoginError } from './load/login.js';
export { type OpenApiOptions, readOpenApi } from './load/open-api.js';
export { parseRequest } from './load/parse-request.js';
export { type GatheredRequests, type LoadNote } from './load/reading/gathered-requests.js';
export { type LoadProblem, LoadSourceError } from './load/reading/load-source-error.js';
export { type DescribedRequest, toRequestKind } from './load/request-kind.js';
export { type WrittenRequest } from './load/written-request.js';
export { messagesLeftBehind } from './messages/left-behind.js';
export { MessageError } from './messages/message-error.js';
export { playRehearsal, rehearse, type RehearsalWatch } from './rehearse.js';
export { playWorkloads, rehearseWorkloads, type WorkloadsWatch } from './rehearse-workloads.js';
export { COMMENT_MARKER, githubComment } from './report/github-comment.js';
export { ClusterError, type ClusterErrorCode } from './real-cluster/api/cluster-error.js';
export { AddressError } from './load/address.js';
export {
  type ClusterPlan,
  type ClusterRehearsalOptions,
  planClusterRehearsal,
} from './real-cluster/plan-cluster-rehearsal.js';
export { type ClusterWatch, playClusterRehearsal } from './real-cluster/play-cluster-rehearsal.js';
export { githubSummary } from './report/github-summary.js';
export { headline, outcomeOf } from './report/headline.js';
export { htmlReport, type ReportInput } from './report/html-report.js';
export { type JsonOptions, jsonReport } from './report/json-report.js';
export { junitReport } from './report/junit-report.js';
export { ledgerReport } from './report/ledger-report.js';
export { LiveView, type LiveViewOptions, type LoadProgress } from './report/live-view.js';
export { readJsonReport, type SavedFault, savedOf, type SavedReport } from './report/saved-report.js';
export { type TextOptions, textReport } from './report/text-report.js';
export { type Act, ACT_NAMES, ACTS } from './scenario/act.js';
export { CHAOS_KINDS, CHAOS_NAMES, type ChaosKind } from './scenario/chaos-kind.js';
export { InvalidScenarioError, type ScenarioProblem } from './scenario/invalid-scenario-error.js';
export { LAG_MODELS } from './scenario/lag-models.js';
export {
  type ArgoRolloutOptions,
  type ChaosOptions,
  type Command,
  type Duration,
  type LagOptions,
  type PortOptions,
  type ProbeOptions,
  type RehearsalOptions,
  type StatefulSetOptions,
} from './scenario/rehearsal-options.js';
export { type JobOptions, type MessageOptions } from './scenario/message-options.js';
export { resolveScenario } from './scenario/resolve-scenario.js';
export { type ErrorLimit, type Limits, type P99Limit } from './scenario/limits.js';
export { type PodField, type Scenario } from './scenario/scenario.js';
export { acceptKnown, isGrave } from './verdict/acceptance.js';
export {
  type CallCounts,
  type Fault,
  type Level,
  type LostRequest,
  type MessageVerdict,
  type PlayedWorkload,
  type PodPhase,
  type PodSummary,
  type Rehearsal,
  type RequestCounts,
  type ServiceLevel,
  type TroubledMessage,
  type Unexercised,
  type Verdict,
} from './verdict/verdict.js';
export { resolveWorkloads, unknownWorkload } from './workloads/resolve-workloads.js';
export { type ServiceOptions, type WorkloadOptions, type WorkloadsOptions } from './workloads/workloads-options.js';
