// Both sides of the call as text, one entry a turn.

export class Captions {
  constructor(list, words, lang) {
    this.list = list;
    this.words = words;
    this.lang = lang;
    this.shown = new Map();
  }

  clear() {
    this.list.replaceChildren();
    this.shown.clear();
  }

  show(turn) {
    const text = turn.text || (turn.key ? `${this.words.key_pressed} ${turn.key}` : '');
    if (!text) return;
    const known = this.shown.get(turn.index);
    if (known) {
      known.querySelector('.caption__text').textContent = text;
      return;
    }
    const item = document.createElement('li');
    item.className = `caption caption--${turn.who}${turn.faq_id ? ' caption--answer' : ''}`;
    item.append(this.part('caption__who', this.words[turn.who === 'caller' ? 'you' : 'bot']), this.part('caption__text', text));
    if (turn.who === 'bot' && turn.faq_id) item.append(this.link(turn.faq_id));
    this.shown.set(turn.index, item);
    this.list.append(item);
    const box = this.list.parentElement;
    box.scrollTop = box.scrollHeight;
  }

  part(name, text) {
    const part = document.createElement('span');
    part.className = name;
    part.textContent = text;
    return part;
  }

  link(faqId) {
    const link = document.createElement('a');
    link.className = 'caption__link';
    link.href = `/faq/${encodeURIComponent(faqId)}${this.lang === 'ja' ? '' : `?lang=${this.lang}`}`;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = this.words.read_more;
    return link;
  }
}
