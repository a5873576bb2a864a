import { type Command } from 'commander';

/** The flags of a rehearsal on a real cluster, as they are typed. */
export interface ClusterFlags {
  readonly cluster: boolean;
  readonly context?: string;
  readonly namespace?: string;
  readonly address?: string;
  readonly image?: string;
  readonly yes: boolean;
  readonly really: boolean;
}

/** Adds them to a command. */
export function addClusterFlags(command: Command): void {
  command
    .optionsGroup('A real cluster:')
    .option(
      '--cluster',
      'roll a real Deployment, as in `rehearse --cluster deployment/orders --address http://orders.example`',
      false,
    )
    .option('--context <name>', 'of the kubeconfig (default: its current one)')
    .option('--namespace <name>', 'where the Deployment is (default: that of the context)')
    .option('--address <url>', 'where the load goes: an Ingress, or a Service of type LoadBalancer or NodePort')
    .option(
      '--image <image>',
      'roll this image and back, instead of a restart; app=IMAGE where there are several containers',
    )
    .option('--yes', 'do not ask before something is changed, as in CI', false)
    .option('--really', 'go on where the context looks like production', false);
}
