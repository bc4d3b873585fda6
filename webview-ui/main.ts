import './main.css';

import { registerMenuButton } from './components/menuButton';
import { registerControls } from './components/ui.toolkit';
import { Host } from './host';
import { Page } from './page';

registerControls();
registerMenuButton();

const root =
  document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
root.id = 'app';

const liveRegion = document.body.appendChild(document.createElement('div'));
liveRegion.className = 'hidden';
liveRegion.setAttribute('role', 'status');
liveRegion.setAttribute('aria-live', 'polite');

new Page(root, liveRegion, new Host()).start();
