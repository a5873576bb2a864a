import { DeploymentController } from './deployment-controller.js';
import { StatefulSetController } from './stateful-set-controller.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** The controller of that kind of workload. */
export function createController(options: WorkloadControllerOptions): WorkloadController {
  const { statefulSet } = options.deployment;
  return statefulSet === undefined
    ? new DeploymentController(options)
    : new StatefulSetController(statefulSet, options);
}
