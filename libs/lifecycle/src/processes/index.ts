export { activatedSockets, type ActivatedSocket, listenOn } from '../systemd/activation.js';
export { type ClusterOptions } from './cluster-options.js';
export { type ClusterState } from './cluster-primary.js';
export { type ClusterReport, type WorkerReport } from './cluster-report.js';
export { runCluster, type RunningCluster, type RunningWorker } from './run-cluster.js';
