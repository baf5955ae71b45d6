/** What a repository holds at its host: what was read last, at once, and what its host has, a moment later. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Problem, RepositoryContents, RepositoryDetail } from "../../ipc/bindings";
import { problemOf } from "../ProblemText";
import { isDue, newer } from "./contents";

/** Who only steps through asks no host. */
const STAYS_MS = 400;

/** `failed`: why the last reading came to nothing here, where its host is not what it failed for. */
export type Contents = { contents: RepositoryContents | undefined; reading: boolean; read: () => void; failed: Problem | null };

export function useContents({ id, pushed_at }: Pick<RepositoryDetail, "id" | "pushed_at">): Contents {
  const kept = useQuery(queries.repositoryContents(id));
  const { mutate, data, error, isPending } = useMutation(mutations.repositoryRead());
  const contents = newer(kept.data, data?.repository === id ? data : undefined);
  const latest = useRef(contents);
  useEffect(() => {
    latest.current = contents;
  });
  const known = kept.data !== undefined || kept.isError;
  useEffect(() => {
    if (!known) return;
    const timer = setTimeout(() => {
      if (isDue(latest.current, pushed_at, new Date())) mutate(id);
    }, STAYS_MS);
    return () => clearTimeout(timer);
  }, [known, id, pushed_at, mutate]);
  return { contents, reading: isPending, read: () => mutate(id), failed: problemOf(error) ?? null };
}
