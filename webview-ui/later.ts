/* What the page does not draw at first: loaded in the moment after, so that the first draw waits for less. */

export { burstNews } from './answerWords';
export { answers } from './components/answers';
export { entryDetails } from './components/entryDetails';
export { registerMenuButton } from './components/menuButton';
export { partDetails } from './components/partDetails';
export { shareMenu } from './components/shareMenu';
export { afterFrames, readMap } from './mapPicture';
