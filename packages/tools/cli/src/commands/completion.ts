import type { Command } from "../command.ts";

export const completion: Command = {
  name: "completion",
  summary: "print what makes a shell complete commands and options",
  usage: "bash|zsh|fish",
  options: {},
  optionHelp: [],
  choices: { "": ["bash", "zsh", "fish"] },
  examples: [
    ['eval "$(loopway completion bash)"', "in ~/.bashrc"],
    ['eval "$(loopway completion zsh)"', "in ~/.zshrc, after compinit"],
    ["loopway completion fish > ~/.config/fish/completions/loopway.fish", "once"],
  ],
  // Loaded when it is asked for: it reads the registry that it stands in.
  run: async (arguments_) => (await import("../completion/run.ts")).run(arguments_),
};
