import { el } from './dom.js'; export function labelView(){return el('div',{},el('h1',{},'label'));}
