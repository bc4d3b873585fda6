/**
 * Entry of the bundle with what is done to objects of a swarm, which is loaded with the first act.
 */
export { copyDockerCommand, copyId } from './copy';
export { inspect } from './inspect';
export { remove } from './remove';
