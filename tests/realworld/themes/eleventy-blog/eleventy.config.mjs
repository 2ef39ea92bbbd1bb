import { feedPlugin } from "@11ty/eleventy-plugin-rss";

export default function (config) {
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("readable", (date) =>
    new Date(date).toLocaleDateString("en-GB", {
      day: "2-digit", month: "long", year: "numeric", timeZone: "UTC",
    }),
  );
  config.addPlugin(feedPlugin, {
    type: "atom",
    outputPath: "/feed/feed.xml",
    collection: { name: "posts", limit: 10 },
    metadata: {
      language: "en",
      title: "Harrowdene Works",
      subtitle: "Notes from the works department",
      base: "http://eleventy.test/",
      author: { name: "Works department" },
    },
  });
  return { dir: { input: "site", output: "public" }, markdownTemplateEngine: false };
}
