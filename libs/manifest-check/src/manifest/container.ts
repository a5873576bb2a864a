import { type Field } from '../source/field.js';
import { type Build } from './build.js';
import { type Environment } from './environment.js';

/** One container of a pod. */
export class Container {
  readonly name: string;

  constructor(
    readonly field: Field,
    private readonly environment: Environment,
    /** What builds its image, where that is here. */
    readonly build?: Build | undefined,
  ) {
    this.name = field.at('name').text ?? '';
  }

  /** All variables whose values some file says. */
  get variables(): Environment {
    return this.environment;
  }

  /** Where a variable's value is written, be it here or in a ConfigMap; `undefined` when no file says it. */
  variable(name: string): Field | undefined {
    return this.environment.get(name);
  }

  /** `command` and `args` in one row. */
  get words(): readonly Field[] {
    return [...this.field.at('command').items, ...this.field.at('args').items];
  }

  /** Numbers and names of the ports it says it listens on. */
  get ports(): readonly { readonly name: string | undefined; readonly number: number | undefined }[] {
    return this.field.at('ports').items.map((port) => ({
      name: port.at('name').text,
      number: port.at('containerPort').number,
    }));
  }

  /** Whether it is an init container that goes on running beside the others (Kubernetes 1.29 and later). */
  get isNativeSidecar(): boolean {
    return this.field.at('restartPolicy').text === 'Always';
  }

  /** Whether its name or its image is that of a proxy or an agent which meshes and clouds put beside a service. */
  get isHelper(): boolean {
    const image = this.field.at('image').text ?? '';
    return isHelperName(this.name) || isHelperName(image);
  }
}

/** Whether a name, or that of an image, is one of a proxy or an agent which meshes and clouds put beside a service. */
export function isHelperName(name: string): boolean {
  return HELPER.test(name);
}

const HELPER =
  /istio-?proxy|proxyv2|linkerd|envoy|cloud-?sql|esp-v2|fluent|filebeat|vault-agent|otel|opentelemetry|datadog|dd-agent|consul|dapr|xray|x-ray|promtail|exporter|oauth2-proxy|nginx|config-?map-reload|config-reloader/i;
