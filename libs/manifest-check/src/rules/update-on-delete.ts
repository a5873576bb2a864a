import { workloadRule } from '../rule-kinds/rule.js';

/** With OnDelete the controller does not replace the pods one by one. */
export const updateOnDelete = workloadRule({
  id: 'update-on-delete',
  severity: 'note',
  summary: 'A StatefulSet or DaemonSet that gets requests is not updated by RollingUpdate',
  *check({ kind, spec, services }) {
    const type = spec.at('updateStrategy', 'type');
    if ((kind !== 'StatefulSet' && kind !== 'DaemonSet') || type.text !== 'OnDelete' || services.length === 0) return;
    yield {
      at: type,
      message: 'the update strategy is OnDelete',
      why: 'A new version starts only where a pod is deleted by hand. When several are deleted before the first is ready again, no pod is left to answer.',
      remedy: 'updateStrategy:\n  type: RollingUpdate',
    };
  },
});
