/**
 * Entry of the bundle with what is done to objects of a swarm, which is loaded with the first act.
 */
export { copyDockerCommand, copyDockerCommandWithValues, copyId } from './copy';
export { inspect } from './inspect';
export { setAvailability } from './operate/availability';
export { forceUpdate } from './operate/forceUpdate';
export { updateImage } from './operate/image';
export { attachNetworks, detachNetworks } from './operate/networks';
export { editNodeLabels } from './operate/nodeLabels';
export { editPorts } from './operate/ports';
export { demoteNode, promoteNode } from './operate/role';
export { rollBack } from './operate/rollBack';
export { scaleService } from './operate/scale';
export { remove } from './remove';
