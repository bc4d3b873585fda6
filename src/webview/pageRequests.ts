import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ObjectReference } from '../model/objectReference';
import type { BurstRunner } from '../probe/burst';
import type { PageMessage } from '../shared/protocol';
import type { ProbeView, RoutingView } from '../shared/routingView';
import type { SwarmState } from '../store/swarmState';
import { curlCommand } from './curlCommand';
import { burstPlan } from './routingModel';
import { shareFacts } from './share/shareFacts';
import { copyCell, saveMap, shareRouting } from './share/shareRouting';

/** Acts that a page may ask for. */
export interface RoutingActions {
  inspect(connectionId: string, object: ObjectReference): void;
  connect(): void;
  showLog(): void;
  openAddressSetting(): void;
  openInBrowser(connectionId: string, door: BrowserDoor): void;
}

/** A node's side of a port, to open in the browser. */
export interface BrowserDoor {
  readonly target: { readonly host: string; readonly port: number };
  readonly targetPort: number;
  /** As the port is probed; what its numbers suggest when omitted. */
  readonly scheme?: 'http' | 'https';
}

/** What the requests of a page are answered from. */
export interface PageSources {
  readonly actions: RoutingActions;
  readonly readSettings: () => { readonly timeoutMs: number };
  readonly state: () => SwarmState;
  readonly view: () => RoutingView | undefined;
  readonly bursts: Pick<BurstRunner, 'start' | 'cancel'>;
  /** All cells. */
  readonly probes: () => ProbeView;
  /** A command as a person runs it from where the probes start. */
  readonly commandLine: (command: string) => string;
}

/** Requests of a page that concern neither the page itself nor the running of its probes. */
export type PageRequest = Exclude<
  PageMessage,
  {
    readonly type:
      'ready' | 'setRunning' | 'setInterval' | 'setVantage' | 'probeNow' | 'watchHistory';
  }
>;

/** Carries out what a page asks for. */
export class PageRequests {
  constructor(
    private readonly connectionId: string,
    private readonly sources: PageSources,
  ) {}

  carryOut(request: PageRequest): void {
    const { actions } = this.sources;
    switch (request.type) {
      case 'inspect': {
        const { kind, id } = request;
        actions.inspect(this.connectionId, { kind, id, name: this.nameOf(request) });
        return;
      }
      case 'copyCurl':
        void this.copyCurl(request.entryId);
        return;
      case 'startBurst': {
        const view = this.sources.view();
        const { timeoutMs } = this.sources.readSettings();
        const plan = view && burstPlan(view, request, timeoutMs);
        if (plan !== undefined) {
          void this.sources.bursts.start(plan);
        }
        return;
      }
      case 'cancelBurst':
        this.sources.bursts.cancel();
        return;
      case 'copyCell':
        void copyCell(shareFacts(this.sources), request.entryId);
        return;
      case 'openInBrowser':
        this.openInBrowser(request.entryId);
        return;
      case 'share':
        void shareRouting(request.what, shareFacts(this.sources));
        return;
      case 'saveMap':
        void saveMap(request.svg, shareFacts(this.sources));
        return;
      case 'openAddressSetting':
        actions.openAddressSetting();
        return;
      case 'connect':
        actions.connect();
        return;
      case 'showLog':
        actions.showLog();
    }
  }

  private nameOf({
    kind,
    id,
  }: {
    readonly kind: ObjectReference['kind'];
    readonly id: string;
  }): string {
    const state = this.sources.state();
    if (state.phase !== 'connected') {
      return id;
    }
    const { services, nodes, tasks } = state.snapshot;
    const name =
      kind === 'service'
        ? services.get(id)?.name
        : kind === 'node'
          ? nodes.get(id)?.hostname
          : tasks.get(id)?.name;
    return name ?? id;
  }

  private openInBrowser(entryId: string): void {
    for (const { entries, probe, protocol, targetPort } of this.sources.view()?.routes ?? []) {
      const target = entries.find(({ id }) => id === entryId)?.target;
      if (target !== undefined && protocol === 'tcp') {
        this.sources.actions.openInBrowser(this.connectionId, {
          target,
          targetPort,
          ...(probe.kind === 'http' ? { scheme: probe.ask.scheme } : {}),
        });
      }
    }
  }

  private async copyCurl(entryId: string): Promise<void> {
    const { timeoutMs } = this.sources.readSettings();
    const view = this.sources.view();
    const command = view && curlCommand(view, entryId, timeoutMs);
    if (command !== undefined) {
      await vscode.env.clipboard.writeText(this.sources.commandLine(command));
      vscode.window.setStatusBarMessage(l10n.t('Copied the probe as a curl command'), 3_000);
    }
  }
}
