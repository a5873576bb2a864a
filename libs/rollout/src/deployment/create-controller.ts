import { BlueGreenController } from './blue-green-controller.js';
import { CanaryController } from './canary-controller.js';
import { DeploymentController } from './deployment-controller.js';
import { StatefulSetController } from './stateful-set-controller.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** The controller of that kind of workload. */
export function createController(options: WorkloadControllerOptions): WorkloadController {
  const { statefulSet, argoRollout } = options.deployment;
  if (argoRollout?.kind === 'canary') return new CanaryController(argoRollout.steps, options);
  if (argoRollout?.kind === 'blue-green') return new BlueGreenController(argoRollout, options);
  return statefulSet === undefined
    ? new DeploymentController(options)
    : new StatefulSetController(statefulSet, options);
}
