/** The label by which docker knows what belongs to a stack (docker CLI, `convert.LabelNamespace`). */
const LABEL = 'com.docker.stack.namespace';

/** The stack that a service or network belongs to; empty when it is part of none. */
export function stackOf({ labels }: { readonly labels: Readonly<Record<string, string>> }): string {
  return labels[LABEL] ?? '';
}
