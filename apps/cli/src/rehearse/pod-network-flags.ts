import { type Command, Option } from 'commander';

/** The flags about the networks that pods have. */
export interface PodNetworkFlags {
  readonly podNetwork?: 'auto' | 'own' | 'shared';
  readonly outbound?: readonly string[];
}

/** Adds them, in the group of those before. */
export function addPodNetworkFlags(command: Command): void {
  command
    .addOption(
      new Option(
        '--pod-network <kind>',
        "whether each pod has a network and ports of its own, as in a cluster, which takes Linux, or shares this machine's; auto: only where a fixed port could meet another program (default: auto)",
      ).choices(['auto', 'own', 'shared']),
    )
    .option(
      '--outbound <ports...>',
      'ports that lead out of such a network, as localhost:5432, beside those in variables, those of usual servers, and those that something listens on here',
    );
}
