import { budgetForMore } from '../manifest/budget-remedy.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { ownChecksOf } from '../traffic/own-checks.js';

/** A balancer that asks for readiness itself sends to a stopping pod for as long as that is green. */
export const greenReadinessBehindBalancer = serviceRule({
  isOfAnyServer: true,
  id: 'green-readiness-behind-balancer',
  severity: 'error',
  summary: 'Readiness stays green while the service stops, and a load balancer that asks for it goes on sending',
  *check(workload) {
    const { settings, main } = workload;
    if (!settings.enabled || settings.readinessOnShutdown !== 'pass') return;
    const checks = ownChecksOf(workload);
    if (checks === undefined) return;
    const isAlone = settings.singleReplica !== false;
    yield {
      at: settings.variables.get('SHUTDOWN_SINGLE_REPLICA') ?? main.field,
      message: `${isAlone ? 'singleReplica keeps readiness green' : 'readiness stays green'} while the service stops, but ${checks.name} asks for it itself`,
      why: 'A red readiness is what takes a pod out of such a balancer. With a green one it sends requests until the pod has closed its listener, and those are refused.',
      remedy: isAlone
        ? `Delete SHUTDOWN_SINGLE_REPLICA, and write:\nreplicas: 2${budgetForMore(workload)}`
        : "GracefulShutdownModule.forRoot({ readiness: { onShutdown: 'fail' } })",
    };
  },
});
