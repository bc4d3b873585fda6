/**
 * Entry of the bundle with the forms and their checks, which are loaded when the first one opens.
 */
export { createNetwork } from './createNetwork';
export { deployService } from './deployService';
export { connectToManager } from './connectToManager';
export { initSwarm } from './initSwarm';
export { unlockSwarm } from './unlockSwarm';
