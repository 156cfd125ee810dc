import { el } from './dom.js'; export function modelsView(){return el('div',{},el('h1',{},'models'));}
