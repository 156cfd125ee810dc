import { el } from './dom.js'; export function adjudicateView(){return el('div',{},el('h1',{},'adjudicate'));}
