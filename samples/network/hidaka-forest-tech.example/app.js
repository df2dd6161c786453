// Builds the whole page: without a browser there is nothing to read.
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(site) {
  const app = document.getElementById("app");
  app.append(element("h1", site.name), element("p", site.about));
  app.append(element("h2", "お知らせ"));
  const list = document.createElement("ul");
  for (const item of site.news) {
    const entry = element("li", "");
    const day = element("time", item.date.replaceAll("-", "."));
    day.dateTime = item.date;
    entry.append(day, " ", item.title);
    list.append(entry);
  }
  app.append(list, element("p", site.address));
}

fetch("/news.json")
  .then((response) => response.json())
  .then(show);
