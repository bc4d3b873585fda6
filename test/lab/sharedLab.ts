import { type Lab, type LabOptions, createLab, openLab } from './lab';
import type { LabState } from './labState';

/** A lab that a suite may use until it releases it. */
export interface AcquiredLab {
  readonly lab: Lab;
  /** Takes an own lab down; leaves one that is kept. */
  release(): Promise<void>;
}

/**
 * Brings a lab up for a suite. With SWARMSCOPE_LAB_KEEP=1 one that is up already with the same
 * parameters is reset and used again, and stays up afterwards.
 */
export async function acquireLab(options: LabOptions = {}): Promise<AcquiredLab> {
  const keep = process.env['SWARMSCOPE_LAB_KEEP'] === '1';
  if (!keep) {
    const lab = await createLab(options);
    return { lab, release: async () => await lab.down() };
  }
  const open = await openLab(options.name);
  const lab =
    open !== undefined && fits(open.record, options)
      ? open
      : await createLab({ ...options, detached: true });
  if (lab === open) await lab.reset();
  return { lab, release: async () => undefined };
}

function fits(state: LabState, options: LabOptions): boolean {
  const managers = state.nodes.filter((node) => node.role === 'manager');
  return (
    state.nodes.length === (options.nodes ?? 3) &&
    managers.length === (options.managers ?? 1) &&
    state.engine === (options.engine ?? 'oldest') &&
    (options.subnet === undefined || state.subnet === options.subnet)
  );
}
